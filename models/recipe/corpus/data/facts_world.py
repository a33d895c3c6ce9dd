"""Countries: name (with article for sentences) | capital | continent | language(s) | currency | extra fact."""

COUNTRIES = r"""
France | Paris | Europe | French | the euro | It is famous for the Eiffel Tower.
Germany | Berlin | Europe | German | the euro | It is known for its cars and its many castles.
Italy | Rome | Europe | Italian | the euro | It is shaped like a boot and is famous for pizza and pasta.
Spain | Madrid | Europe | Spanish | the euro | It shares a peninsula with Portugal.
Portugal | Lisbon | Europe | Portuguese | the euro | It lies on the Atlantic coast.
the United Kingdom; Britain; the UK | London | Europe | English | the pound sterling | It consists of England, Scotland, Wales, and Northern Ireland.
Ireland | Dublin | Europe | English and Irish | the euro | It is often called the Emerald Isle.
the Netherlands | Amsterdam | Europe | Dutch | the euro | It is known for tulips, windmills, and bicycles.
Belgium | Brussels | Europe | Dutch, French, and German | the euro | It is known for chocolate and waffles.
Luxembourg | Luxembourg City | Europe | Luxembourgish, French, and German | the euro | It is one of the smallest countries in Europe.
Switzerland | Bern | Europe | German, French, Italian, and Romansh | the Swiss franc | It is known for the Alps, cheese, and watches.
Austria | Vienna | Europe | German | the euro | It is known for classical music and the Alps.
Poland | Warsaw | Europe | Polish | the zloty | Its longest river is the Vistula.
the Czech Republic; Czechia | Prague | Europe | Czech | the Czech koruna | Its capital lies on the Vltava river.
Slovakia | Bratislava | Europe | Slovak | the euro | Its capital lies on the Danube.
Hungary | Budapest | Europe | Hungarian | the forint | Its capital lies on both sides of the Danube.
Romania | Bucharest | Europe | Romanian | the Romanian leu | It has the Carpathian Mountains and a coast on the Black Sea.
Greece | Athens | Europe | Greek | the euro | It has many islands, and the Olympic Games began there.
Croatia | Zagreb | Europe | Croatian | the euro | It has a long coast on the Adriatic Sea.
Serbia | Belgrade | Europe | Serbian | the Serbian dinar | Its capital lies where the Sava meets the Danube.
Slovenia | Ljubljana | Europe | Slovene | the euro | It is known for Lake Bled.
Bosnia and Herzegovina | Sarajevo | Europe | Bosnian, Croatian, and Serbian | the convertible mark | It is known for the old bridge in Mostar.
Albania | Tirana | Europe | Albanian | the lek | It has coasts on the Adriatic and Ionian seas.
North Macedonia | Skopje | Europe | Macedonian and Albanian | the denar | It is known for Lake Ohrid.
Denmark | Copenhagen | Europe | Danish | the Danish krone | The LEGO company comes from there.
Sweden | Stockholm | Europe | Swedish | the Swedish krona | Its capital is built on several islands.
Norway | Oslo | Europe | Norwegian | the Norwegian krone | It is known for its deep fjords.
Finland | Helsinki | Europe | Finnish and Swedish | the euro | It has thousands of lakes.
Iceland | Reykjavik | Europe | Icelandic | the Icelandic krona | It has volcanoes, geysers, and glaciers.
Estonia | Tallinn | Europe | Estonian | the euro | It lies on the Baltic Sea.
Latvia | Riga | Europe | Latvian | the euro | It lies between Estonia and Lithuania.
Lithuania | Vilnius | Europe | Lithuanian | the euro | It is the southernmost of the three Baltic states.
Ukraine | Kyiv | Europe | Ukrainian | the hryvnia | It is known for its wide and fertile plains.
Belarus | Minsk | Europe | Belarusian and Russian | the Belarusian ruble | It has no coast.
Moldova | Chisinau | Europe | Romanian | the Moldovan leu | It lies between Romania and Ukraine.
Russia | Moscow | Europe and Asia | Russian | the Russian ruble | It is the largest country in the world by area.
Malta | Valletta | Europe | Maltese and English | the euro | It is an island country in the Mediterranean Sea.
Monaco | Monaco | Europe | French | the euro | It is the second smallest country in the world.
Vatican City | Vatican City | Europe | Italian and Latin | the euro | It is the smallest country in the world.
Turkey; Turkiye | Ankara | Asia and Europe | Turkish | the Turkish lira | Its largest city is Istanbul.
Georgia | Tbilisi | Asia | Georgian | the lari | It lies between the Caucasus and the Black Sea.
Armenia | Yerevan | Asia | Armenian | the dram | It is a mountain country with no coast.
Azerbaijan | Baku | Asia | Azerbaijani | the manat | It lies on the Caspian Sea.
Jordan | Amman | Asia | Arabic | the Jordanian dinar | It is known for the ancient city of Petra.
Lebanon | Beirut | Asia | Arabic | the Lebanese pound | A cedar tree is on its flag.
Iraq | Baghdad | Asia | Arabic and Kurdish | the Iraqi dinar | The Tigris and the Euphrates flow through it.
Iran | Tehran | Asia | Persian | the rial | It was called Persia in the past.
Saudi Arabia | Riyadh | Asia | Arabic | the Saudi riyal | The city of Mecca lies there.
the United Arab Emirates; the UAE | Abu Dhabi | Asia | Arabic | the UAE dirham | Its largest city is Dubai.
Qatar | Doha | Asia | Arabic | the Qatari riyal | It hosted the football World Cup in 2022.
Kuwait | Kuwait City | Asia | Arabic | the Kuwaiti dinar | It lies at the northern end of the Persian Gulf.
Oman | Muscat | Asia | Arabic | the Omani rial | It lies on the Arabian Sea.
Afghanistan | Kabul | Asia | Dari and Pashto | the afghani | The Hindu Kush mountains cross it.
Pakistan | Islamabad | Asia | Urdu and English | the Pakistani rupee | Its largest city is Karachi.
India | New Delhi | Asia | Hindi, English, and many others | the Indian rupee | It is home to the Taj Mahal.
Bangladesh | Dhaka | Asia | Bengali | the taka | It lies in the delta of the Ganges.
Nepal | Kathmandu | Asia | Nepali | the Nepalese rupee | Mount Everest stands on its border with China.
Bhutan | Thimphu | Asia | Dzongkha | the ngultrum | It is a small kingdom in the Himalayas.
the Maldives | Male | Asia | Dhivehi | the rufiyaa | It is a group of low coral islands.
China | Beijing | Asia | Mandarin Chinese | the renminbi | It is home to the Great Wall.
Mongolia | Ulaanbaatar | Asia | Mongolian | the tugrik | It has wide grasslands and the Gobi Desert.
Japan | Tokyo | Asia | Japanese | the yen | Its highest mountain is Mount Fuji.
South Korea | Seoul | Asia | Korean | the won | It is known for kimchi and electronics.
North Korea | Pyongyang | Asia | Korean | the North Korean won | It shares a peninsula with South Korea.
Thailand | Bangkok | Asia | Thai | the baht | It is known for temples and spicy food.
Vietnam | Hanoi | Asia | Vietnamese | the dong | It has a long coast on the South China Sea.
Cambodia | Phnom Penh | Asia | Khmer | the riel | It is home to the temples of Angkor.
Laos | Vientiane | Asia | Lao | the kip | The Mekong river flows through it.
Myanmar | Naypyidaw | Asia | Burmese | the kyat | It was also called Burma.
Malaysia | Kuala Lumpur | Asia | Malay | the ringgit | It is known for the Petronas Towers.
Singapore | Singapore | Asia | English, Malay, Mandarin, and Tamil | the Singapore dollar | It is both a city and a country.
Indonesia | Jakarta | Asia | Indonesian | the rupiah | It consists of more than 17,000 islands.
the Philippines | Manila | Asia | Filipino and English | the Philippine peso | It consists of more than 7,000 islands.
Brunei | Bandar Seri Begawan | Asia | Malay | the Brunei dollar | It lies on the island of Borneo.
Kazakhstan | Astana | Asia | Kazakh and Russian | the tenge | It is the largest country without a coast on the ocean.
Uzbekistan | Tashkent | Asia | Uzbek | the som | It is known for the old city of Samarkand.
Egypt | Cairo | Africa | Arabic | the Egyptian pound | It is famous for the pyramids and the Nile.
Morocco | Rabat | Africa | Arabic and Berber | the Moroccan dirham | The Atlas Mountains cross it.
Algeria | Algiers | Africa | Arabic and Berber | the Algerian dinar | It is the largest country in Africa.
Tunisia | Tunis | Africa | Arabic | the Tunisian dinar | The ruins of Carthage lie there.
Libya | Tripoli | Africa | Arabic | the Libyan dinar | Most of it is covered by the Sahara.
Sudan | Khartoum | Africa | Arabic and English | the Sudanese pound | The Blue Nile and the White Nile meet there.
Ethiopia | Addis Ababa | Africa | Amharic and others | the birr | It is often called the home of coffee.
Kenya | Nairobi | Africa | Swahili and English | the Kenyan shilling | It is known for its wildlife parks.
Tanzania | Dodoma | Africa | Swahili and English | the Tanzanian shilling | Mount Kilimanjaro stands there.
Uganda | Kampala | Africa | English and Swahili | the Ugandan shilling | It lies on Lake Victoria.
Rwanda | Kigali | Africa | Kinyarwanda, English, French, and Swahili | the Rwandan franc | It is called the land of a thousand hills.
Somalia | Mogadishu | Africa | Somali and Arabic | the Somali shilling | It lies on the Horn of Africa.
Nigeria | Abuja | Africa | English | the naira | It has more people than any other country in Africa.
Ghana | Accra | Africa | English | the cedi | It is known for cocoa and gold.
Senegal | Dakar | Africa | French | the West African CFA franc | It is the westernmost country of mainland Africa.
Mali | Bamako | Africa | Bambara and other languages | the West African CFA franc | The old city of Timbuktu lies there.
Cameroon | Yaounde | Africa | French and English | the Central African CFA franc | It has coasts, mountains, forests, and savanna.
Angola | Luanda | Africa | Portuguese | the kwanza | It lies on the Atlantic coast.
Zambia | Lusaka | Africa | English | the Zambian kwacha | Victoria Falls lies on its border with Zimbabwe.
Zimbabwe | Harare | Africa | English, Shona, and Ndebele | the Zimbabwe Gold | Victoria Falls lies on its border with Zambia.
Mozambique | Maputo | Africa | Portuguese | the metical | It has a long coast on the Indian Ocean.
Madagascar | Antananarivo | Africa | Malagasy and French | the ariary | It is a large island known for lemurs.
Namibia | Windhoek | Africa | English | the Namibian dollar | It is known for the Namib Desert.
Botswana | Gaborone | Africa | English and Setswana | the pula | It is known for the Okavango Delta.
the United States; the USA; America | Washington, D.C. | North America | English | the US dollar | It has fifty states.
Canada | Ottawa | North America | English and French | the Canadian dollar | It is the second largest country in the world.
Mexico | Mexico City | North America | Spanish | the Mexican peso | It is known for the pyramids of the Maya and Aztecs.
Guatemala | Guatemala City | North America | Spanish | the quetzal | Its currency is named after a bird.
Honduras | Tegucigalpa | North America | Spanish | the lempira | It has a coast on the Caribbean Sea.
El Salvador | San Salvador | North America | Spanish | the US dollar | It is the smallest country in Central America.
Nicaragua | Managua | North America | Spanish | the cordoba | It is the largest country in Central America.
Costa Rica | San Jose | North America | Spanish | the colon | It is known for its rain forests.
Panama | Panama City | North America | Spanish | the balboa and the US dollar | Its canal joins the Atlantic and the Pacific.
Cuba | Havana | North America | Spanish | the Cuban peso | It is the largest island in the Caribbean.
Jamaica | Kingston | North America | English | the Jamaican dollar | Reggae music comes from there.
Haiti | Port-au-Prince | North America | French and Haitian Creole | the gourde | It shares an island with the Dominican Republic.
the Dominican Republic | Santo Domingo | North America | Spanish | the Dominican peso | It shares an island with Haiti.
the Bahamas | Nassau | North America | English | the Bahamian dollar | It is a group of islands near Florida.
Brazil | Brasilia | South America | Portuguese | the real | It contains most of the Amazon rain forest.
Argentina | Buenos Aires | South America | Spanish | the Argentine peso | It is known for the tango.
Chile | Santiago | South America | Spanish | the Chilean peso | It is very long and narrow.
Peru | Lima | South America | Spanish, Quechua, and Aymara | the sol | The old Inca city of Machu Picchu lies there.
Colombia | Bogota | South America | Spanish | the Colombian peso | It is known for coffee.
Venezuela | Caracas | South America | Spanish | the bolivar | Angel Falls, the highest waterfall in the world, lies there.
Ecuador | Quito | South America | Spanish | the US dollar | The Galapagos Islands belong to it.
Uruguay | Montevideo | South America | Spanish | the Uruguayan peso | It lies between Brazil and Argentina.
Paraguay | Asuncion | South America | Spanish and Guarani | the guarani | It has no coast.
Guyana | Georgetown | South America | English | the Guyanese dollar | It is the only country in South America with English as its official language.
Suriname | Paramaribo | South America | Dutch | the Surinamese dollar | It is the smallest country in South America.
Australia | Canberra | Oceania | English | the Australian dollar | It is known for kangaroos and koalas.
New Zealand | Wellington | Oceania | English and Maori | the New Zealand dollar | It is known for the kiwi bird.
Fiji | Suva | Oceania | English, Fijian, and Hindi | the Fijian dollar | It has more than 300 islands.
Papua New Guinea | Port Moresby | Oceania | English, Tok Pisin, and Hiri Motu | the kina | More than 800 languages are spoken there.
Samoa | Apia | Oceania | Samoan and English | the tala | It is an island country in the South Pacific.
"""
CONTINENTS = r"""
Asia | Asia is the largest continent by area and by population. | It stretches from Turkey in the west to Japan in the east. | The Himalayas, the highest mountains on Earth, lie there.
Africa | Africa is the second largest continent and has more than fifty countries. | The Sahara desert covers much of the north. | Lions, elephants, and giraffes live there.
Europe | Europe is a continent west of Asia with more than forty countries. | The Alps are its best known mountains. | The Danube and the Rhine are two of its great rivers.
North America | North America is a continent that includes Canada, the United States, and Mexico. | The Rocky Mountains run along its western side. | The Great Lakes lie between Canada and the United States.
South America | South America is a continent that includes Brazil, Argentina, and Peru. | The Andes run along its western side. | The Amazon rain forest is the largest rain forest in the world.
Antarctica | Antarctica is the cold continent around the South Pole. | It is almost completely covered by ice. | Penguins and seals live on its coasts.
Oceania | Oceania is a region that includes Australia, New Zealand, and many Pacific islands. | Australia is its largest country. | Coral reefs surround many of its islands.
the Pacific Ocean; the Pacific | The Pacific Ocean is the largest and deepest ocean on Earth. | It lies between Asia and the Americas. | The Mariana Trench is its deepest place.
the Atlantic Ocean; the Atlantic | The Atlantic Ocean is the second largest ocean. | It lies between the Americas on one side and Europe and Africa on the other. | The Gulf Stream carries warm water across it.
the Indian Ocean | The Indian Ocean is the third largest ocean. | It lies between Africa, Asia, and Australia. | Its winds bring the monsoon rains to South Asia.
the Arctic Ocean | The Arctic Ocean is the smallest ocean and lies around the North Pole. | Much of it is covered by sea ice. | Polar bears hunt on its ice.
the Amazon River; the Amazon | The Amazon is a great river in South America that carries more water than any other river. | It flows from the Andes to the Atlantic Ocean. | Pink river dolphins and piranhas live in it.
the Nile; the Nile River | The Nile is a very long river in northeastern Africa. | It flows north into the Mediterranean Sea. | Ancient Egypt depended on its yearly floods.
Mount Everest | Mount Everest is the highest mountain above sea level. | It stands in the Himalayas and is about 8,849 meters high. | Edmund Hillary and Tenzing Norgay first reached the top in 1953.
the Sahara; the Sahara Desert | The Sahara is the largest hot desert in the world. | It covers much of North Africa. | It has sand dunes, rocky plains, and a few oases.
the Alps | The Alps are a high mountain range in Europe. | They stretch through France, Switzerland, Italy, Austria, and other countries. | Their highest peak is Mont Blanc.
the Himalayas | The Himalayas are the highest mountain range in the world. | They lie between India, Nepal, Bhutan, and China. | Mount Everest is one of their peaks.
the Great Barrier Reef | The Great Barrier Reef is the largest coral reef system in the world. | It lies off the northeast coast of Australia. | Thousands of kinds of fish and corals live there.
the Grand Canyon | The Grand Canyon is a deep valley in the state of Arizona in the United States. | The Colorado River carved it over millions of years. | Its walls show many layers of rock.
the Eiffel Tower | The Eiffel Tower is an iron tower in Paris. | It was finished in 1889 and is about 330 meters high. | It was named after the engineer Gustave Eiffel.
the Great Wall of China; the Great Wall | The Great Wall of China is a very long wall built to protect northern China. | It was built and rebuilt over many centuries. | It is thousands of kilometers long.
the Statue of Liberty | The Statue of Liberty is a large copper statue in New York Harbor. | It was a gift from the people of France in the 1880s. | It holds a torch in its raised hand.
the Taj Mahal | The Taj Mahal is a white marble tomb in Agra in India. | Emperor Shah Jahan built it for his wife. | It was built in the 17th century.
Big Ben | Big Ben is the nickname of the great bell in the clock tower in London. | The tower itself is called the Elizabeth Tower. | It stands next to the Houses of Parliament.
the Colosseum | The Colosseum is an ancient arena in Rome. | It was finished about two thousand years ago and held tens of thousands of people. | Gladiators fought there.
"""
